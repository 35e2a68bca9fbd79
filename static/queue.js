/* Keys in a list of submissions, only while the focus is in the list (WCAG 2.1.4): j and k go from
   line to line, / goes to the search. Enter opens a line because each line is a link. */
addEventListener("keydown", function (event) {
  var list = document.querySelector("[data-keys]");
  if (!list || !list.contains(document.activeElement)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("sought").focus();
  } else if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    var links = Array.prototype.slice.call(list.querySelectorAll("tbody th a"));
    var here = links.indexOf(document.activeElement);
    var next = event.key === "j" ? here + 1 : here - 1;
    if (links[next]) links[next].focus();
  }
});
