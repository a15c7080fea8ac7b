<CsoundSynthesizer>
<CsInstruments>
sr=1000
ksmps=10
nchnls=1
0dbfs=1
ga1 init 1
instr 1
 a1 init 3
 a1[2] = 7
 k1 = 3
 a1[k1] = 5
 a1[4.9] = 6
 k3 = a1[2]
 printks "%f %f %f %f\n", 0, a1[1], a1[k1], k3, a1[4]
 a2 = a1[3]
 ga1[1] = ga1[1] + 1
 printks "%f %f\n", 0, ga1[0], ga1[1]
 out a1 + a2 + ga1
 printks "%f\n", 0, a1[11]
endin
</CsInstruments>
<CsScore>
i1 0 .02
</CsScore>
</CsoundSynthesizer>
