// How the scripts that respondents run write bytes, and ask the server: without cookies or a referrer.
"use strict";
var exchange = (() => {
  // base64url
  const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const fromText = (text) => [...atob(text.replace(/-/g, "+").replace(/_/g, "/"))].map((one) => one.charCodeAt());

  async function post(address, body) {
    const reply = await fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout && AbortSignal.timeout(30000),
    });
    return reply.json();
  }

  return { toText, fromText, post };
})();
