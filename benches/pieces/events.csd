<CsoundSynthesizer>
; 1,000,000 score events of a few milliseconds
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 2
0dbfs = 1

instr 1
kenv expon p4, p3, 0.001
a1 oscili kenv, p5
outs a1, a1
endin
</CsInstruments>
<CsScore>
; a score loop of 10,000 rows of 100 events; the tempo makes a beat 10 ms
t 0 6000
{ 10000 ROW
{ 100 COL
i 1 [$ROW * 0.4 + $COL * 0.004] 0.3 0.01 [200 + $COL * 17 + $ROW * 0.1]
}
}
e
</CsScore>
</CsoundSynthesizer>
