<CsoundSynthesizer>
; banks of ladder, Butterworth and state-variable filters on noise
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 2
0dbfs = 1

instr 1
anoise rand 0.1, 0.3 + p4 * 0.01
kcut = 400 + 90 * p4 + 200 * sin(times:k() * 3)
alad moogladder anoise, kcut, 0.5
alow butterlp anoise, kcut
ahigh butterhp alow, 120 + p4
aband butterbp anoise, kcut * 2, 80
anot butterbr anoise, kcut, 100
avcf moogvcf2 anoise, kcut, 0.4
areso reson anoise, kcut, 60, 1
outs (alad + ahigh + avcf) * 0.02, (aband + anot + areso) * 0.02
endin

instr 2
index = 0
while index < 24 do
  event_i "i", 1, 0, p4, index
  index += 1
od
turnoff
endin
</CsInstruments>
<CsScore>
i 2 0 1 10
f 0 10
e
</CsScore>
</CsoundSynthesizer>
