// Fetches the page again every two seconds and puts each section that has changed in the place of the old one: the
// server alone draws it. While nobody looks nothing is fetched.
"use strict";

const EVERY = 2000; // ms
const LIMIT = 10000; // ms, for one answer

const stale = document.getElementById("stale");
let lastAnswer = new Date();
let timer = 0;

function take(fresh) {
  document.title = fresh.title;
  document.getElementById("at").replaceWith(fresh.getElementById("at"));
  const sections = (page) => Array.from(page.querySelectorAll("main > section"), (section) => section.id).join();
  if (sections(fresh) !== sections(document)) {
    // It was another sort of page: the relay had not been started, or is not any more.
    document.querySelector("main").replaceWith(fresh.querySelector("main"));
    return;
  }
  for (const section of fresh.querySelectorAll("main > section")) {
    const old = document.getElementById(section.id);
    if (old.outerHTML !== section.outerHTML) {
      old.replaceWith(section);
    }
  }
}

async function look() {
  clearTimeout(timer);
  try {
    const answer = await fetch("./", { cache: "no-store", signal: AbortSignal.timeout(LIMIT) });
    if (!answer.ok) {
      throw new Error("HTTP " + answer.status);
    }
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    lastAnswer = new Date();
    stale.hidden = true;
  } catch (failure) {
    stale.textContent = "No answer since " + lastAnswer.toLocaleTimeString() + ", trying again. What you see is old.";
    stale.hidden = false;
  }
  document.body.classList.toggle("old", !stale.hidden);
  if (!document.hidden) {
    timer = setTimeout(look, EVERY);
  }
}

document.addEventListener("visibilitychange", () => document.hidden ? clearTimeout(timer) : look());
timer = setTimeout(look, EVERY);
