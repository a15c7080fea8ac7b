<CsoundSynthesizer>
<CsInstruments>
sr=1000
ksmps=10
nchnls=1
0dbfs=1
opcode Foo, k, k
 k1 xin
 setksmps 5
 k2 = k1+1
 xout k2
endop
opcode Down, i, i
 i1 xin
 ir = 0
 if i1 <= 0 igoto end
 ir Down i1-1
 ir += i1
end:
 xout ir
endop
instr 1
 print Down(4), Down(1), Down(0)
 k2 init 7
 if p3 > 0 igoto skip
 k2 Foo 1
skip:
 printks "B %f\n", 0, k2
endin
</CsInstruments>
<CsScore>
i1 0 .02
</CsScore>
</CsoundSynthesizer>
