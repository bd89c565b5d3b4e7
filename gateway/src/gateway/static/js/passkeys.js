// Asks authenticators for passkeys. What they answer goes along in a hidden field of an ordinary
// form; where passkeys cannot be used, the page says so and what to do instead.

// They belong to a name: no browser has any for an address that is a number.
const number = /^[\d.]+$|:/.test(location.hostname);
const usable = "PublicKeyCredential" in window && isSecureContext && !number;

for (const offer of document.querySelectorAll("[data-passkey-offer]")) {
  offer.querySelector("button").hidden = !usable;
}
for (const note of document.querySelectorAll("[data-passkey-without]")) note.hidden = usable;

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// The members that are bytes travel as base64url.
function asked(options) {
  const list = (found) => found?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: list(options.allowCredentials),
    excludeCredentials: list(options.excludeCredentials),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
  };
}

function answered({ id, rawId, type, response }) {
  const told = { transports: response.getTransports?.() };
  const members = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
  for (const name of [...members, "userHandle"]) {
    if (response[name]) told[name] = text(response[name]);
  }
  return JSON.stringify({ id, rawId: text(rawId), type, response: told });
}

const form = document.querySelector("[data-passkey-options]");
if (form && usable) {
  const options = JSON.parse(form.dataset.passkeyOptions);
  const said = form.querySelector("[data-passkey-said]");
  const again = form.querySelector("[data-passkey-ask]");
  const ask = async () => {
    again.hidden = true;
    said.textContent = "Waiting for your device…";
    try {
      const publicKey = asked(options);
      const credential = form.dataset.passkeyNew
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
      form.elements.credential.value = answered(credential);
    } catch (error) {
      said.textContent =
        error.name === "InvalidStateError"
          ? "This device has a passkey for your account already."
          : "Nothing was sent: it was stopped, or took too long.";
      again.hidden = false;
      return;
    }
    said.textContent = "One moment…";
    form.submit();
  };
  again.addEventListener("click", ask);
  ask();
}
