<CsoundSynthesizer>
; 500 notes of vco2, lpf18 and linsegr at ksmps 1
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 1
nchnls = 2
0dbfs = 1

; 500 voices that start a millisecond apart and ring on into each other
instr 1
index = 0
while index < 500 do
  event_i "i", 2, index * 0.001, p4, 40 + (index * 7) % 43, 0.3 + 0.6 * frac(index * 0.37)
  index += 1
od
turnoff
endin

instr 2
icps = cpsmidinn(p4)
kenv linsegr 0, 0.02, 1, 0.3, 0.6, 0.3, 0.3, 0.2, 0
asaw vco2 0.004, icps
kcut = 300 + 4000 * kenv * p5
asig lpf18 asaw, kcut, 0.4, 0.2
asig *= kenv
outs asig * p5, asig * (1 - p5)
endin
</CsInstruments>
<CsScore>
i 1 0 1 0.2
f 0 1.0
e
</CsScore>
</CsoundSynthesizer>
