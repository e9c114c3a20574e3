// Alpine looks at every global name once, and browsers complain of whoever looks at this old one.
delete window.FencedFrame;
