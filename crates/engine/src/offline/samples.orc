; Plays a table, all channels from p7 on. p4 gain, p5 speed, p6 table, p7 first channel, p8 fade in seconds,
; p9 start in seconds, p10 smoothing of the gain in seconds.
instr 18
  kgain = p4
  kspeed = p5
  itable = p6
  ichan = p7
  ifade = p8
  istart = p9
  ilag = p10
  isr = ftsr(itable)
  isr = isr > 0 ? isr : sr
  ichannels = ftchnls(itable)
  iframes = ftlen(itable) / ichannels
  iend = iframes / isr
  ifade = max(ifade, 2 / kr)
  aouts[] loscilx 1, kspeed, itable, 4, 1, istart * isr
  again = lag(a(kgain), ilag)
  again *= linsegr:a(0, ifade, 1, ifade, 0)
  kplayed init istart
  kchannel = 0
  while kchannel < ichannels do
    outch ichan + kchannel, aouts[kchannel] * again
    kchannel += 1
  od
  kplayed += abs(kspeed) / kr
  if kplayed >= iend - ifade - 1 / kr then
    turnoff
  endif
endin

; Plays a file, all channels from p7 on. p4 gain, p5 speed, p6 path, p7 first channel, p8 fade in seconds.
instr 16
  kgain = p4
  kspeed = p5
  Spath strget p6
  ichan = p7
  ifade = max(p8, 1 / kr)
  ichannels = filenchnls(Spath)
  iend = filelen(Spath)
  aouts[] diskin2 Spath, kspeed, 0, 0, 0, 4
  again = interp(kgain)
  again *= linsegr:a(0, ifade, 1, ifade, 0)
  kplayed init 0
  kchannel = 0
  while kchannel < ichannels do
    outch ichan + kchannel, aouts[kchannel] * again
    kchannel += 1
  od
  kplayed += abs(kspeed) / kr
  if kplayed >= iend - ifade - 1 / kr then
    turnoff
  endif
endin
