/* Two minutes before a session ends the page says so and offers to stay. When it ends, what was
   typed is given to the server to keep, and the page with somebody's answers goes away. */
(function () {
  var bar = document.getElementById("leaving");
  if (!bar) return;
  var BEFORE = 120, button = bar.querySelector("button"), timer, changed = null;

  function later(seconds, what) {
    clearTimeout(timer);
    timer = setTimeout(what, Math.max(seconds, 0) * 1000);
  }
  function wait(seconds) {
    bar.hidden = true;
    later(seconds - BEFORE, look);
  }
  /* Another tab may have been in use meanwhile, so the server is asked; asking changes nothing. */
  function look() {
    ask("/clinic/session").then(function (left) {
      if (left.seconds > BEFORE) return wait(left.seconds);
      bar.hidden = false;
      later(left.seconds - 5, leave);
    }, leave);
  }
  function ask(address, body) {
    return fetch(address, { method: body ? "POST" : "GET", body: body, redirect: "error" }).then(function (answer) {
      if (!answer.ok) throw new Error();
      return answer.json();
    });
  }
  function token() {
    return document.querySelector("[name=csrf_token]").value;
  }
  button.addEventListener("click", function () {
    ask("/clinic/session/stay", new URLSearchParams({ csrf_token: token() })).then(function (left) {
      wait(left.seconds);
    }, leave);
  });
  document.addEventListener("input", function (event) {
    changed = event.target.form || changed;
  });
  document.addEventListener("submit", function () {
    changed = null;
  });
  function leave() {
    ask("/clinic/session").then(function (left) {
      if (left.seconds > BEFORE) wait(left.seconds);
      else keep().then(go, go);
    }, function () {
      keep().then(go, go);
    });
  }
  function keep() {
    if (!changed) return Promise.resolve();
    var typed = new URLSearchParams(new FormData(changed));
    typed.set("csrf_token", token());
    typed.set("kept-action", new URL(changed.action).pathname);
    return fetch("/clinic/session/keep", { method: "POST", body: typed, redirect: "manual" });
  }
  function go() {
    var kept = changed ? "&kept=yes" : "";
    changed = null;
    document.querySelector("main").hidden = true;
    setTimeout(function () {
      location.replace("/clinic/sign-in?next=" + encodeURIComponent(location.pathname) + kept);
    }, 6000);
  }
  wait(Number(bar.dataset.seconds));
})();
