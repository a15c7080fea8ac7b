<CsoundSynthesizer>
<CsInstruments>
sr=1000
ksmps=10
nchnls=1
0dbfs=1
instr 1
 kA[] fillarray 1,2,3
 kB[] = kA + 1
 print i(kB,0)
 kC[] = kA
 print i(kC,0)
 kD[] = sqrt(kA)
 print i(kD,1)
 iA[] fillarray 1,2,3
 kF[] = iA + 1
 print i(kF,0)
 iG[] = iA*2
 print iG[1]
 kH[] = -kA
 print i(kH,0)
 kA = kA * 2
 print i(kA,1)
 printks "%f\n", 0, kA[1]
 kI[] init 3
 kI = kA + 5
 print i(kI,1)
 kJ[] = kA + kA
 print i(kJ,1)
 kK[] init 2
 kK = 4
 print i(kK,1)
 iL[] = kA
 print lenarray(iL)
endin
</CsInstruments>
<CsScore>
i1 0 .02
</CsScore>
</CsoundSynthesizer>
