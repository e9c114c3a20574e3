// Alpine reads every global once, and Chromium warns about reading this deprecated one.
delete window.fence;
