<CsoundSynthesizer>
; tables written and read at audio and control rate
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 16
nchnls = 2
0dbfs = 1

instr 1
ibuf ftgentmp 0, 0, 4096, 2, 0
ienv ftgentmp 0, 0, 1024, 7, 0, 512, 1, 512, 0
aphs phasor 50 + p4
asrc oscili 0.1, 220 + p4 * 3
tablew asrc, aphs, ibuf, 1
aback tablei aphs * 0.99, ibuf, 1
aenv table3 aphs, ienv, 1
kndx init 0
kstep = 0
while kstep < 16 do
  kold tab kndx, ibuf
  tabw kold * 0.9, kndx, ibuf
  kndx = (kndx + 37) % 4096
  kstep += 1
od
outs aback * aenv * 0.2, aback * 0.2
endin
</CsInstruments>
<CsScore>
i 1 0.00 8 0
i 1 0.01 8 1
i 1 0.02 8 2
i 1 0.03 8 3
i 1 0.04 8 4
i 1 0.05 8 5
i 1 0.06 8 6
i 1 0.07 8 7
i 1 0.08 8 8
i 1 0.09 8 9
i 1 0.10 8 10
i 1 0.11 8 11
i 1 0.12 8 12
i 1 0.13 8 13
i 1 0.14 8 14
i 1 0.15 8 15
i 1 0.16 8 16
i 1 0.17 8 17
i 1 0.18 8 18
i 1 0.19 8 19
i 1 0.20 8 20
i 1 0.21 8 21
i 1 0.22 8 22
i 1 0.23 8 23
e
</CsScore>
</CsoundSynthesizer>
