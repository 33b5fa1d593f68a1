"""Look at a machine and give facts: files, sockets and programs, each with a time-out.

Not here: what any of it means (`judging`). Nothing here changes anything: no service is started
but by the connection any client makes, no file is written outside a directory that is removed.
"""
