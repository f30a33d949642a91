import{aj as p,ak as t,al as c}from"./index-zOo1wdhd.js";function l(n,s,...e){var r=new c(n);p(()=>{const a=s()??null;r.ensure(a,a&&(o=>a(o,...e)))},t)}export{l as s};
