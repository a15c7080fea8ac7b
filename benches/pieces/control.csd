<CsoundSynthesizer>
; lists of numbers and texts made, sorted and searched every k-cycle
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 2
0dbfs = 1

gkTotal init 0

instr 1
kNotes[] init 24
kSorted[] init 24
kcount init 0
kndx = 0
while kndx < 24 do
  kNotes[kndx] = 36 + (kcount * 7 + kndx * 11) % 48
  kndx += 1
od
kSorted sorta kNotes
ksum sumarray kSorted
kmax maxarray kNotes
kScaled[] = kSorted * 0.5 + 12
kdiff = kScaled[kcount % 24] - kSorted[(kcount + 5) % 24]
Sname sprintfk "note%d-%.2f", kcount % 128, kdiff
Swhole strcatk "voice/", Sname
kplace strindexk Swhole, "-"
klen strlenk Swhole
Spart strsubk Swhole, 6, kplace
ksame strcmpk Spart, "note64"
if ksame == 0 then
  gkTotal += klen
endif
kcount += 1
kcps = 100 + ksum * 0.1 + kmax + kplace
aout poscil 0.02, kcps
outs aout, aout
endin
</CsInstruments>
<CsScore>
i 1 0 20 0
i 1 0 20 1
i 1 0 20 2
i 1 0 20 3
i 1 0 20 4
i 1 0 20 5
i 1 0 20 6
i 1 0 20 7
e
</CsScore>
</CsoundSynthesizer>
