/* A page kept by the browser's back-forward cache is never shown again: it is blanked and asked
   for anew, so that nobody can go back to someone's answers after they signed out or finished. */
addEventListener("pageshow", function (event) {
  if (event.persisted) {
    document.documentElement.hidden = true;
    document.body.textContent = "";
    location.reload();
  }
});
