<CsoundSynthesizer>
<CsInstruments>
sr=44100
ksmps=16
nchnls=1
0dbfs=1
opcode Louder, f, fk
  fsig, kg xin
  fres pvsgain fsig, kg
  xout fres
endop
opcode Twice, ff, f
  fsig xin
  f2 pvsgain fsig, .3
  xout fsig, f2
endop
opcode Analyse, f, ai
  ain, isize xin
  fres pvsanal ain, isize, isize/4, isize, 1
  xout fres
endop
opcode Synth, a, f
  fsig xin
  aout pvsynth fsig
  xout aout
endop

instr 1
a1 vco2 .4, 331
f1 Analyse a1, 256
f2 Louder f1, 0.5
f3, f4 Twice f2
f5 Louder f4, 2
out Synth(f3)
out Synth(f5)

endin
</CsInstruments>
<CsScore>
i1 0 .06
</CsScore>
</CsoundSynthesizer>
