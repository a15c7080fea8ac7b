<CsoundSynthesizer>
; delays and reverbs: reverbsc, freeverb, nreverb, vdelay3, delayr, comb, alpass
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 2
0dbfs = 1

instr 1
asrc vco2 0.2, 110 * p4
aenv linseg 0, 0.01, 1, 0.2, 0, p3, 0
asrc *= aenv
alfo oscili 4, 0.3 + p4 * 0.1
avar vdelay3 asrc, 20 + alfo, 50
afb delayr 0.5
atap deltap3 0.21 + alfo * 0.001
delayw asrc + atap * 0.4
acomb comb asrc, 2, 0.0371
aall alpass acomb, 1.5, 0.0113
al, ar reverbsc asrc + avar, atap + asrc, 0.85, 9000
afl, afr freeverb al + aall, ar - aall, 0.8, 0.4
anr nreverb asrc, 1.7, 0.3
outs (al + afl + anr) * 0.1, (ar + afr + anr) * 0.1
endin
</CsInstruments>
<CsScore>
i 1 0.0 14 1
i 1 0.3 14 2
i 1 0.6 14 3
i 1 0.9 14 4
i 1 1.2 14 5
i 1 1.5 14 6
e
</CsScore>
</CsoundSynthesizer>
