<CsoundSynthesizer>
; user-defined opcodes with setksmps 1 in 16 voices
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 2
0dbfs = 1

opcode Onepole, a, ak
setksmps 1
asig, kcoef xin
aout init 0
aout = asig + kcoef * (aout - asig)
xout aout
endop

opcode Feedback, a, akk
setksmps 1
asig, kdrive, kback xin
alast init 0
amix = asig + alast * kback
alast = tanh(amix * kdrive) * 0.9
xout alast
endop

instr 1
ksweep line 0.2, p3, 0.95
asrc vco2 0.3, 55 * p4
ares Feedback asrc, 1.5 + ksweep, 0.3
aout Onepole ares, ksweep
outs aout * 0.1, aout * 0.1
endin
</CsInstruments>
<CsScore>
i 1 0.0 9 1.0
i 1 0.1 9 1.5
i 1 0.2 9 2.0
i 1 0.3 9 2.5
i 1 0.4 9 3.0
i 1 0.5 9 3.5
i 1 0.6 9 4.0
i 1 0.7 9 4.5
i 1 0.8 9 5.0
i 1 0.9 9 5.5
i 1 1.0 9 6.0
i 1 1.1 9 6.5
i 1 1.2 9 7.0
i 1 1.3 9 7.5
i 1 1.4 9 8.0
i 1 1.5 9 8.5
e
</CsScore>
</CsoundSynthesizer>
