<CsoundSynthesizer>
; a bank of moogladder filters, bound by the latency of tanh
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 2
0dbfs = 1

instr 1
asrc vco2 0.02, 40 + p4 * 3.7
kcut = 300 + 80 * p4 + 150 * sin(times:k() * 2)
aout moogladder asrc, kcut, 0.6
outs aout, aout
endin

instr 2
index = 0
while index < 48 do
  event_i "i", 1, 0, p4, index
  index += 1
od
turnoff
endin
</CsInstruments>
<CsScore>
i 2 0 1 6
f 0 6
e
</CsScore>
</CsoundSynthesizer>
