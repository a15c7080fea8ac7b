<CsoundSynthesizer>
; 1,000 oscillators sounding together
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 2
0dbfs = 1

gitab ftgen 0, 0, 16384, 10, 1

instr 1
a1 poscil 0.0008, 60 + p4 * 3.1, gitab
a2 oscili 0.0001, 60 + p4 * 3.1, gitab
outs a1 + a2, a1 - a2
endin

instr 2
index = 0
while index < 500 do
  event_i "i", 1, 0, p4, index
  index += 1
od
turnoff
endin
</CsInstruments>
<CsScore>
i 2 0 1 3
f 0 3
e
</CsScore>
</CsoundSynthesizer>
