<CsoundSynthesizer>
<CsInstruments>
sr=44100
ksmps=16
nchnls=1
0dbfs=1

instr 1
a1 vco2 .4, 331
f1 pvsanal a1, 256, 64, 256, 1
f2 = f1
f3 pvsgain f2, 0.5
a3 pvsynth f3
f4 pvsgain f1, 0.25
f5 = f4
a5 pvsynth f5
out a3
out a5

endin
</CsInstruments>
<CsScore>
i1 0 .06
</CsScore>
</CsoundSynthesizer>
