import{a8 as p,a9 as t,aa as c}from"./index-DF9P0V8q.js";function l(n,s,...e){var r=new c(n);p(()=>{const a=s()??null;r.ensure(a,a&&(o=>a(o,...e)))},t)}export{l as s};
