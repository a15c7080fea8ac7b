<CsoundSynthesizer>
<CsInstruments>
; Bells of a few inharmonic partials, each with its own decay, drifting across two channels.
sr = 44100
ksmps = 32
nchnls = 2
0dbfs = 1
seed 7

instr Swing
index = 0
while index < 12 do
  event_i "i", "Bell", index * 0.35 + random(0, 0.08), 4, 60 + (index * 7) % 24, random(0.1, 0.9)
  index += 1
od
turnoff
endin

instr Bell
icps = cpsmidinn(p4)
k1 expseg 1, p3, 0.001
k2 expseg 1, p3 * 0.6, 0.001
k3 expseg 1, p3 * 0.3, 0.001
a1 poscil k1 * 0.08, icps
a2 poscil k2 * 0.05, icps * 2.76
a3 poscil k3 * 0.03, icps * 5.4
asum = a1 + a2 + a3
outs asum * sqrt(1 - p5), asum * sqrt(p5)
endin
</CsInstruments>
<CsScore>
i "Swing" 0 1
f 0 8.5
e
</CsScore>
</CsoundSynthesizer>
