sr = 44100
ksmps=32
0dbfs = 1
giSine ftgen 0,0,@8,10,1
opcode Foo, ak[], aSo
ain, Sx, io xin
xout ain
endop
opcode Bar(x:k, y:i[]):(a,k)
xout x
endop
instr 1, Foo, +Bar
 a1 oscil .5, 440 ; comment
 a2, a3 pan2 a1, 0.5
 kA[] fillarray 1,2,3
 kA[0] = 3 + kA[1] * -2^2
 kB[][] init 2, 2
 kB[1][2] = lenarray(kA)
 k1 += 2
 asig:a = oscil(1, 440)
 x:k[] = [1,2,3]
 for v in x do
  print v
 od
 for v, n in x do
  print v
 od
 switch p4
 case 1, 2
   print 1
 case 3
   print 2
 default
   print 3
 endsw
 if k1 > 2 && k1 < 4 || k2 == 1 then
   out a1
 elseif (k1 = 3) ithen
   outs a1, a2
 else
   out (a1+a2)*.5, a3
 endif
 if p4 == 1 igoto lab
 timout 0, 1, lab
lab: print 1
 out(a1)
 out:a(a1)
 prints "hello\n\"q\""
 Sx = {{multi
line}}
 i1 = p4 > 1 ? p4 < 2 ? 1 : 2 : int:i(3)
 k1 = 1 + \
   2
 out a1 - a2
 unknown1 a1, 3
 k1 unknown2 a1, 3
 foo bar
 kx unk
 a1 Foo -3
 turnoff
 k1 = (2 # 3) ^ ~4 ^ 5
 fsig pvsanal a1, 1024, 256, 1024, 1
 ka, kb = 1, 2
 kA[0] += 2
 until k1 > 3 do
   k1 += 1
 enduntil
 print kA[0], kA[]
 5: print 2
 goto 5
endin
