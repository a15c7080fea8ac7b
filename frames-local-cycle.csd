<CsoundSynthesizer>
<CsInstruments>
sr=44100
ksmps=16
nchnls=1
0dbfs=1
opcode Local, f, fk
  setksmps 4
  fsig, kg xin
  fres pvsgain fsig, kg
  xout fres
endop
opcode Whole, a, a
  setksmps 1
  ain xin
  f1 pvsanal ain, 256, 64, 256, 1
  f2 pvsgain f1, .5
  aout pvsynth f2
  xout aout
endop

instr 1
a1 vco2 .4, 331
f1 pvsanal a1, 256, 64, 256, 1
f2 Local f1, .5
a2 pvsynth f2
a3 Whole a1
out a2
out a3

endin
</CsInstruments>
<CsScore>
i1 0 .06
</CsScore>
</CsoundSynthesizer>
