// In the page of the faulty site, which the page's policy holds for: what tests call.

/** How a test tells the workers what is to fail from now on. */
window.faults = new BroadcastChannel("faults");

/** Makes a program of text; drivers' own scripts may do so. */
window.makeCode = () => new Function("return 1");
