<CsoundSynthesizer>
; 120 frequency-modulated voices: foscili, and phase modulation by table
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 2
0dbfs = 1

gisine ftgen 0, 0, 8192, 10, 1

instr 1
kindex linseg 0, p3 * 0.3, 6, p3 * 0.7, 0.5
kamp linseg 0, 0.05, 0.006, p3 - 0.1, 0.006, 0.05, 0
acar foscili kamp, 110 + p4 * 7, 1, 1.41, kindex, gisine
aphs phasor 55 + p4 * 3
amod oscili kindex * 0.05, 82 + p4 * 5, gisine
apm tablei aphs + amod, gisine, 1, 0, 1
apm *= kamp
outs acar + apm, acar - apm
endin

instr 2
index = 0
while index < 120 do
  event_i "i", 1, index * 0.01, p4, index
  index += 1
od
turnoff
endin
</CsInstruments>
<CsScore>
i 2 0 1 6
f 0 7.3
e
</CsScore>
</CsoundSynthesizer>
