from nngui.gui.app import start
def test_x(qapp):
    global w
    w = start("en","light").window
    w.show()
