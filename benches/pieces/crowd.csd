<CsoundSynthesizer>
; 40,000 notes that sound together for a quarter of a second
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 1
0dbfs = 1

instr 1
index = 0
while index < 40000 do
  event_i "i", 2, 0, 0.25, index
  index += 1
od
turnoff
endin

instr 2
a1 oscili 0.00001, 50 + p4 * 0.05
out a1
endin
</CsInstruments>
<CsScore>
i 1 0 1
f 0 0.3
e
</CsScore>
</CsoundSynthesizer>
