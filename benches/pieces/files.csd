<CsoundSynthesizer>
; loops of sound files at changing speeds: diskin2, with interpolation
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 2
0dbfs = 1

instr 1
kspeed line 0.7 + p4 * 0.05, p3, 1.3
a1 diskin2 "loop.wav", kspeed, 0, 1, 0, 4
a2 diskin2 "loop.wav", kspeed * 0.5, 0, 1, 0, 2
outs a1 * 0.03, a2 * 0.03
endin
</CsInstruments>
<CsScore>
i 1 0.0 12 0
i 1 0.1 12 1
i 1 0.2 12 2
i 1 0.3 12 3
i 1 0.4 12 4
i 1 0.5 12 5
i 1 0.6 12 6
i 1 0.7 12 7
i 1 0.8 12 8
i 1 0.9 12 9
i 1 1.0 12 10
i 1 1.1 12 11
i 1 1.2 12 12
i 1 1.3 12 13
i 1 1.4 12 14
i 1 1.5 12 15
e
</CsScore>
</CsoundSynthesizer>
