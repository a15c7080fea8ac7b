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

