<CsoundSynthesizer>
<CsInstruments>
sr=1000
ksmps=10
nchnls=1
0dbfs=1
instr 1
 i1 = 1.50
 print 1.50, 0x10, .5, 1e3, sr, p2, -3, (5), 1+1, i1*2, i1, 1/3, 1/3e9, 2e25*1, @5
endin
</CsInstruments>
<CsScore>
i1 0 .02
</CsScore>
</CsoundSynthesizer>
