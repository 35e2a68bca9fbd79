/* Runs in every page of every browser test, before the page's own scripts: what must hold of any
   page and does not is said on the console, where conftest.py hears it. */
addEventListener("DOMContentLoaded", function () {
  if (document.contentType !== "text/html" || !location.protocol.startsWith("http")) return;
  function fault(words) { console.log("FAULT on " + location.pathname + ": " + words); }
  function plain(node) { return (node.textContent || "").replace(/\s+/g, " ").trim(); }
  function all(what) { return [...document.querySelectorAll(what)]; }

  var h1 = all("h1"), refused = all(".govuk-error-summary").length;
  if (h1.length !== 1) return fault(h1.length + " times h1");
  var title = document.title.replace(/^Error: /, "");
  if (!title.startsWith(plain(h1[0]) + " – ")) fault("the title is " + document.title);
  if (refused && !document.title.startsWith("Error: ")) fault("an error that the title hides");
  all("input:not([type=hidden]), select, textarea").forEach(function (one) {
    var words = [...one.labels].map(plain).join("") || one.getAttribute("aria-label");
    if (!words) fault(one.name + " " + one.id + " has no label");
  });
  var ids = all("[id]").map(one => one.id);
  ids.forEach(function (id, at) { if (ids.indexOf(id) !== at) fault(id + " stands twice"); });
  all(".govuk-error-summary a").forEach(function (link) {
    if (!document.getElementById(link.hash.slice(1))) fault(link.hash + " leads nowhere");
  });
  all("*").forEach(function (one) {
    var inline = [...one.attributes].filter(a => a.name === "style" || a.name.startsWith("on"));
    if (inline.length) fault(one.outerHTML.slice(0, 80) + " is styled or scripted inline");
  });
});
