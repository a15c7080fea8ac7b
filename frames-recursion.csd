<CsoundSynthesizer>
<CsInstruments>
sr=44100
ksmps=16
nchnls=1
0dbfs=1
opcode Softer, f, fi
  fsig, i1 xin
  fres pvsgain fsig, .9
  if i1 > 1 then
    fres Softer fres, i1 - 1
  endif
  xout fres
endop

instr 1
a1 vco2 .4, 331
f1 pvsanal a1, 256, 64, 256, 1
f2 Softer f1, 4
a2 pvsynth f2
out a2

endin
</CsInstruments>
<CsScore>
i1 0 .06
</CsScore>
</CsoundSynthesizer>
