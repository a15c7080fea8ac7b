<CsoundSynthesizer>
<CsOptions>
-d
--format=float
</CsOptions>
<CsInstruments>
sr = 44100
ksmps = 64
nchnls = 2
nchnls_i = 0
0dbfs = 1
A4 = 442

; 1: a value that follows a curve. p4 table of times, p5 table of values, p6 number of points, p7 shape,
; p8 its parameter, p9 table to write to, p10 its point, p11 whether to start from what is there
instr 1
  if p11 != 0 then
    tabw_i tab_i(p10, p9), 0, p5
  endif
  kcycle init 0
  kpoint init 0
  ktime = kcycle * ksmps / sr
  while kpoint < p6 - 1 && tab:k(min(kpoint + 1, p6 - 1), p4) <= ktime do
    kpoint += 1
  od
  knext = min(kpoint + 1, p6 - 1)
  kt0 = tab:k(kpoint, p4)
  kt1 = tab:k(knext, p4)
  ky0 = tab:k(kpoint, p5)
  ky1 = tab:k(knext, p5)
  kx = (ktime <= kt0 || kt1 == kt0) ? 0 : (ktime - kt0) / (kt1 - kt0)
  kw = kx
  if p7 == 1 then
    kw = (1 - cos($M_PI * kx)) * 0.5
  elseif p7 == 2 then
    kw = 0
  elseif p7 == 3 then
    kw = kx * kx * (3 - 2 * kx)
    kmore = p8
    while kmore >= 1 do
      kw = kw * kw * (3 - 2 * kw)
      kmore -= 1
    od
    kw += (kw * kw * (3 - 2 * kw) - kw) * kmore
  elseif p7 == 4 then
    kw = kx * kx * kx * (kx * (6 * kx - 15) + 10)
  elseif p7 == 5 then
    kw = kx > 0 ? pow(kx, p8) : 0
  endif
  kvalue = ky0 + (ky1 - ky0) * kw
  if p7 == 6 && kx > 0 then
    kslope0 = 0.5 * (ky1 - tab:k(max(kpoint - 1, 0), p5))
    kslope1 = 0.5 * (tab:k(min(kpoint + 2, p6 - 1), p5) - ky0)
    kcubic = 2 * (ky0 - ky1) + kslope0 + kslope1
    ksquare = 3 * (ky1 - ky0) - 2 * kslope0 - kslope1
    kvalue = ((kcubic * kx + ksquare) * kx + kslope0) * kx + ky0
  endif
  tabw kvalue, p10, p9
  kcycle += 1
endin

; 2: ends notes. p4 name or "", p5 number or, after a name, fraction, p6 mode of turnoff2
instr 2
  Sname strget p4
  inumber = p5
  if strlen(Sname) > 0 then
    inumber = nstrnum(Sname) + p5
  endif
  turnoff2_i inumber, p6, 1
endin

; 3: sets a point of a table. p4 table, p5 point, p6 value
instr 3
  tabw_i p6, p5, p4
endin

; 4: sets a control channel. p4 name, p5 value
instr 4
  chnset p5, strget(p4)
endin

; 5: sets a text channel. p4 name, p5 text
instr 5
  chnset strget(p5), strget(p4)
endin

; 6: copies points from one table to another. p4 to, p5 from, p6 how many
instr 6
  ipoint = 0
  while ipoint < p6 do
    tabw_i tab_i(ipoint, p5), ipoint, p4
    ipoint += 1
  od
endin

; 7: ends the piece
instr 7
  event_i "e", 0, 0
endin


instr vco
  if p10 > 0 then ; p-fields that change while the note plays
    vtabwi 0, p10, p6, p7
    vtabk 0, p10, p6, p7
  endif
    pset 0, 0, 0, 263, 0.1, 1, 1000, 0.1, 0.5
    ifreq = p4
    iamp = p5
    ktransp = p6
    kcutoff = p7
    ifade = p8
    ifilterq = p9
    kfreq = ifreq * ktransp
    aout = vco2:a(iamp, kfreq)
    iresonance = 0.6
    idistortion = 0.
    aout = lpf18(aout, kcutoff, iresonance, idistortion)
    aout *= linsegr:a(0, ifade, 1, ifade, 0)
    outch 1, aout
endin
</CsInstruments>
<CsScore>
C 0
f 10002 0 2 -2 1 390
i "vco.0002" 0 7.999274376417233 130 0.1 1 390 0.5 0.8 10002
f 10003 0 2 -2 1 1076.3999999999999
i "vco.0003" 0 7.999274376417233 358.79999999999995 0.1 1 1076.3999999999999 1.38 0.8 10003
f 10004 0 2 -2 1 2067
i "vco.0004" 0 7.999274376417233 689 0.1 1 2067 2.65 0.8 10004
f 10005 0 2 -2 1 2106
i "vco.0005" 0 7.999274376417233 702 0.1 1 2106 2.7 0.8 10005
f 10006 0 2 -2 1 3482.7
i "vco.0006" 0 7.999274376417233 1160.8999999999999 0.1 1 3482.7 4.465 0.8 10006
f 10007 2 2 -2 0 5
f 10008 2 2 -2 1 1.032
i 1 2 5.0022675736961455 10007 10008 2 0 0 10002 0 0
f 10011 2 2 -2 0 5
f 10012 2 2 -2 1 0.937
i 1 2 5.0022675736961455 10011 10012 2 0 0 10003 0 0
f 10015 2 2 -2 0 5
f 10016 2 2 -2 1 1.071
i 1 2 5.0022675736961455 10015 10016 2 0 0 10004 0 0
f 10019 2 2 -2 0 5
f 10020 2 2 -2 1 0.985
i 1 2 5.0022675736961455 10019 10020 2 0 0 10005 0 0
f 10023 2 2 -2 0 5
f 10024 2 2 -2 1 1.003
i 1 2 5.0022675736961455 10023 10024 2 0 0 10006 0 0
f 10009 2.3 2 -2 0 3
f 10010 2.3 2 -2 0 143
i 1 2.3 3.0028571428571427 10009 10010 2 0 0 10002 1 1
f 10013 2.828 2 -2 0 3
f 10014 2.828 2 -2 0 394.68
i 1 2.828 3.0031111111111115 10013 10014 2 0 0 10003 1 1
f 10017 3.59 2 -2 0 3
f 10018 3.59 2 -2 0 757.9000000000001
i 1 3.59 3.0030158730158734 10017 10018 2 0 0 10004 1 1
f 10021 3.62 2 -2 0 3
f 10022 3.62 2 -2 0 772.2
i 1 3.62 3.002040816326531 10021 10022 2 0 0 10005 1 1
f 10025 4.679 2 -2 0 3
f 10026 4.679 2 -2 0 1276.99
i 1 4.679 3.0024512471655322 10025 10026 2 0 0 10006 1 1
i 7 13.000272108843538 0 ; end of the render
</CsScore>
</CsoundSynthesizer>
