<CsoundSynthesizer>
; a chaotic instrument of forty control operations at ksmps 16
<CsOptions>
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 16
nchnls = 2
0dbfs = 1

; A Lorenz system and a logistic map steer two oscillators: about forty control operations a cycle
instr 1
kx init 0.1 + p4 * 0.01
ky init 0.2
kz init 20
kpop init 0.31 + p4 * 0.01
idt = 0.00004
kdx = 10 * (ky - kx)
kdy = kx * (28 - kz) - ky
kdz = kx * ky - kz * 8 / 3
kmx = kx + kdx * idt * 0.5
kmy = ky + kdy * idt * 0.5
kmz = kz + kdz * idt * 0.5
kdx = 10 * (kmy - kmx)
kdy = kmx * (28 - kmz) - kmy
kdz = kmx * kmy - kmz * 8 / 3
kx = kx + kdx * idt
ky = ky + kdy * idt
kz = kz + kdz * idt
kpop = 3.9 * kpop * (1 - kpop)
kmix = (kx + 20) * 0.025
kmix limit kmix, 0, 1
if kz > 25 then
  kgain = 0.1 + kpop * 0.001
else
  kgain = 0.2 - kpop * 0.001
endif
ktilt = abs(ky) * 0.02 + (kmix > 0.5 ? 0.1 : 0.2)
a1 oscili kgain * 0.2, 220 + kx * 4
a2 oscili kgain * 0.2, 330 + ky * 3
outs a1 * kmix + a2 * ktilt, a2 * (1 - kmix)
endin
</CsInstruments>
<CsScore>
i 1 0 60 0
i 1 0 60 1
i 1 0 60 2
i 1 0 60 3
i 1 0 60 4
i 1 0 60 5
e
</CsScore>
</CsoundSynthesizer>
