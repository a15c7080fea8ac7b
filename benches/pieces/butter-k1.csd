<CsoundSynthesizer>
; a bank of 24 oscillators, each through a low-pass and a band-pass Butterworth filter, at ksmps 1
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 1
nchnls = 2
0dbfs = 1

gitab ftgen 0, 0, 8192, 10, 1, 0.5, 0.33, 0.25, 0.2
instr 1
kamp linseg 0, 0.1, 0.03, p3 - 0.2, 0.03, 0.1, 0
kbend lfo 0.01, 0.3 + p4 * 0.07
acar oscili kamp, 55 * p4 * (1 + kbend), gitab
alow butterlp acar, 400 + 150 * p4
aband butterbp acar, 110 * p4, 30
outs alow + aband * 0.3, alow * 0.3 + aband
endin
</CsInstruments>
<CsScore>
i 1 0.00 7 1
i 1 0.05 7 2
i 1 0.10 7 3
i 1 0.15 7 4
i 1 0.20 7 5
i 1 0.25 7 6
i 1 0.30 7 7
i 1 0.35 7 8
i 1 0.40 7 9
i 1 0.45 7 10
i 1 0.50 7 11
i 1 0.55 7 12
i 1 0.60 7 13
i 1 0.65 7 14
i 1 0.70 7 15
i 1 0.75 7 16
i 1 0.80 7 17
i 1 0.85 7 18
i 1 0.90 7 19
i 1 0.95 7 20
i 1 1.00 7 21
i 1 1.05 7 22
i 1 1.10 7 23
i 1 1.15 7 24
e
</CsScore>
</CsoundSynthesizer>
