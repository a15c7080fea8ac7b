<CsoundSynthesizer>
; clouds: grain3, syncgrain, fof, partly thousands of grains a second
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 2
0dbfs = 1

gisine ftgen 0, 0, 16384, 10, 1, 0.3, 0.2
giwin ftgen 0, 0, 8192, 20, 2, 1
girise ftgen 0, 0, 1024, 19, 0.5, 0.5, 270, 0.5

instr 1
kpitch line 200, p3, 300
a1 grain3 kpitch * p4, 0.2, 30, 0.05, 0.04, 60, 200, gisine, giwin, -0.5, 0.3, 11, 0
a2 syncgrain 0.1, 60 * p4, 1.1, 0.06, 1, gisine, giwin, 60
a3 fof 0.1, 80 * p4, 600, 0, 40, 0.003, 0.04, 0.007, 80, gisine, girise, p3
outs (a1 * 0.02 + a2 * 0.1) * 0.3, (a2 + a3) * 0.05
endin
</CsInstruments>
<CsScore>
i 1 0.0 9 0.70
i 1 0.1 9 1.01
i 1 0.2 9 1.32
i 1 0.3 9 1.63
i 1 0.4 9 1.94
i 1 0.5 9 2.25
i 1 0.6 9 2.56
i 1 0.7 9 2.87
e
</CsScore>
</CsoundSynthesizer>
