/* A press anywhere on a line of a list opens it, as its link does; where somebody marks words to
   copy them it does not, and never in place of something that can itself be pressed. */
addEventListener("click", function (event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (event.target.closest("a, button, input, select, label, summary")) return;
  var line = event.target.closest(".data tbody tr");
  var link = line && line.querySelector("th a");
  if (link && getSelection().isCollapsed) link.click();
});
