import{r as a,b as t}from"./index-Cy8HO7W0.js";var e=a("<h1>…</h1>");function f(r){var o=e();t(r,o)}export{f as default};
