// Starts the page.
import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { startLanguage } from "./i18n/i18n.svelte";
import { loadSession } from "./api/session.svelte";

await Promise.all([startLanguage(), loadSession()]);
mount(App, { target: document.getElementById("app")! });
