gixx = 3
