giyy = 4
