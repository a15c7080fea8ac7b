<CsoundSynthesizer>
; pvs: analysis, transposition, filtering, blurring, morphing, resynthesis
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 2
0dbfs = 1

instr 1
asrc vco2 0.2, 110 * p4
anoise rand 0.05, 0.5
fsaw pvsanal asrc, 1024, 256, 1024, 1
fnoise pvsanal anoise, 1024, 256, 1024, 1
kshift line 1, p3, 1.5
fup pvscale fsaw, kshift
fblur pvsblur fup, 0.1, 0.2
fmix pvsmorph fblur, fnoise, 0.3, 0.2
fsmooth pvsmooth fmix, 0.2, 0.3
aout pvsynth fsmooth
acent pvsynth fup
outs aout * 0.3, acent * 0.3
endin
</CsInstruments>
<CsScore>
i 1 0.0 16 1
i 1 0.1 16 2
i 1 0.2 16 3
i 1 0.3 16 4
e
</CsScore>
</CsoundSynthesizer>
