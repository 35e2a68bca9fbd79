/* The two things only a browser can do: make a passkey and sign with one. The answer is put into
   the form and sent like any other; the server checks it. */
(function () {
  var form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential || !PublicKeyCredential.parseCreationOptionsFromJSON) return;
  var adds = form.dataset.passkey === "create";
  var said = form.querySelector("[data-said]");
  form.hidden = false;
  form.addEventListener("submit", function (event) {
    if (form.elements.credential.value) return;
    event.preventDefault();
    said.textContent = "Your browser asks for your passkey…";
    var json = JSON.parse(form.dataset.options);
    var asked = adds
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json) });
    asked.then(function (credential) {
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    }, function () {
      said.textContent = adds ? "No passkey was made. You can try again." : "That did not work. You can try again, or use a code.";
    });
  });
})();
