module tell

go 1.24
