'use strict';
(function () {
	// XChaCha20-Poly1305 (RFC 8439; draft-irtf-cfrg-xchacha-03): browsers keep their own
	// cryptography for https.
	function rounds(x) {
		function quarter(a, b, c, d) {
			var t;
			x[a] += x[b]; t = x[d] ^ x[a]; x[d] = t << 16 | t >>> 16;
			x[c] += x[d]; t = x[b] ^ x[c]; x[b] = t << 12 | t >>> 20;
			x[a] += x[b]; t = x[d] ^ x[a]; x[d] = t << 8 | t >>> 24;
			x[c] += x[d]; t = x[b] ^ x[c]; x[b] = t << 7 | t >>> 25;
		}
		for (var i = 0; i < 10; i++) {
			quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15);
			quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14);
		}
	}
	var constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
	function words(bytes) { // of a copy, whose start is aligned
		return new Uint32Array(bytes.slice().buffer);
	}
	function subkey(key, nonce) { // HChaCha20
		var x = new Uint32Array(16);
		x.set(constants); x.set(words(key), 4); x.set(words(nonce), 12);
		rounds(x);
		var out = new Uint32Array(8);
		out.set(x.subarray(0, 4)); out.set(x.subarray(12), 4);
		return out;
	}
	function mask(key, nonce, counter, data) { // data in 32-bit words, in place
		var start = new Uint32Array(16), x = new Uint32Array(16);
		start.set(constants); start.set(key, 4); start[13] = 0; start[14] = nonce[0]; start[15] = nonce[1];
		for (var at = 0; at < data.length; at += 16, counter++) {
			start[12] = counter;
			x.set(start);
			rounds(x);
			for (var i = 0; i < 16 && at + i < data.length; i++) data[at + i] ^= x[i] + start[i];
		}
	}
	function Poly(key) { // Poly1305, 10 limbs of 13 bits; key is 32 bytes
		var k = new DataView(key.buffer, key.byteOffset, 32);
		function number(at, mask) {
			var n = 0n;
			for (var i = 3; i >= 0; i--) n = n << 32n | BigInt(k.getUint32(at + 4 * i, true));
			return n & mask;
		}
		var r = number(0, 0x0ffffffc0ffffffc0ffffffc0fffffffn), s = number(16, (1n << 128n) - 1n);
		this.r = []; this.h = []; this.s = s;
		for (var i = 0; i < 10; i++) { this.r.push(Number(r >> BigInt(13 * i) & 0x1fffn)); this.h.push(0); }
	}
	Poly.prototype.add = function (b) { // whole blocks of 16 bytes
		var h = this.h, r = this.r, d = new Array(10);
		for (var at = 0; at < b.length; at += 16) {
			var t0 = b[at] | b[at + 1] << 8, t1 = b[at + 2] | b[at + 3] << 8, t2 = b[at + 4] | b[at + 5] << 8, t3 = b[at + 6] | b[at + 7] << 8;
			var t4 = b[at + 8] | b[at + 9] << 8, t5 = b[at + 10] | b[at + 11] << 8, t6 = b[at + 12] | b[at + 13] << 8, t7 = b[at + 14] | b[at + 15] << 8;
			h[0] += t0 & 0x1fff;
			h[1] += (t0 >>> 13 | t1 << 3) & 0x1fff;
			h[2] += (t1 >>> 10 | t2 << 6) & 0x1fff;
			h[3] += (t2 >>> 7 | t3 << 9) & 0x1fff;
			h[4] += (t3 >>> 4 | t4 << 12) & 0x1fff;
			h[5] += t4 >>> 1 & 0x1fff;
			h[6] += (t4 >>> 14 | t5 << 2) & 0x1fff;
			h[7] += (t5 >>> 11 | t6 << 5) & 0x1fff;
			h[8] += (t6 >>> 8 | t7 << 8) & 0x1fff;
			h[9] += t7 >>> 5 | 1 << 11;
			var carry = 0;
			for (var i = 0; i < 10; i++) {
				var sum = carry;
				for (var j = 0; j <= i; j++) sum += h[j] * r[i - j];
				for (; j < 10; j++) sum += 5 * h[j] * r[i + 10 - j];
				carry = Math.floor(sum / 8192);
				d[i] = sum - carry * 8192;
			}
			d[0] += 5 * carry;
			carry = Math.floor(d[0] / 8192);
			d[0] -= carry * 8192;
			d[1] += carry;
			for (i = 0; i < 10; i++) h[i] = d[i];
		}
	};
	Poly.prototype.tag = function () {
		var h = 0n;
		for (var i = 9; i >= 0; i--) h = (h << 13n) + BigInt(this.h[i]);
		h = h % ((1n << 130n) - 5n) + this.s;
		var out = new Uint8Array(16);
		for (i = 0; i < 16; i++) out[i] = Number(h >> BigInt(8 * i) & 0xffn);
		return out;
	};
	function whole(n) { return (n + 15) & ~15; }
	function ascii(s) { return Uint8Array.from(s, function (c) { return c.charCodeAt(0); }); }
	function encrypt(secret, nonce, aad, content) { // gives the nonce, the ciphertext and the tag
		var key = subkey(secret, nonce.subarray(0, 16)), rest = words(nonce.subarray(16));
		var first = new Uint32Array(16);
		mask(key, rest, 0, first);
		var data = new Uint8Array(whole(content.length));
		data.set(content);
		mask(key, rest, 1, new Uint32Array(data.buffer));
		data.fill(0, content.length);
		var poly = new Poly(new Uint8Array(first.buffer, 0, 32));
		var head = new Uint8Array(whole(aad.length)), sizes = new Uint8Array(16);
		head.set(aad);
		new DataView(sizes.buffer).setUint32(0, aad.length, true);
		new DataView(sizes.buffer).setUint32(8, content.length, true);
		poly.add(head); poly.add(data); poly.add(sizes);
		var out = new Uint8Array(24 + content.length + 16);
		out.set(nonce); out.set(data.subarray(0, content.length), 24); out.set(poly.tag(), 24 + content.length);
		return out;
	}
	function seal(code, kind, content) {
		return encrypt(ascii(code + 'carnet-phone'), crypto.getRandomValues(new Uint8Array(24)), ascii(kind), content);
	}

	function by(id) { return document.getElementById(id); }
	var said = document.body.dataset, pages = [], request = null, stopped = false, done = false;

	function codeOf(s) {
		s = s.toUpperCase().replace(/[^0-9A-Z]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
		return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(s) ? s : '';
	}
	var code = codeOf(location.hash);
	by('code-row').hidden = code !== '';
	by('other').addEventListener('click', function () { this.hash = location.hash; });

	function tell(sentence) { by('told').textContent = sentence; }

	function button(sentence, does, name) {
		var b = document.createElement('button');
		b.type = 'button';
		b.textContent = sentence;
		b.setAttribute('aria-label', sentence + ', ' + name);
		b.addEventListener('click', does);
		return b;
	}
	function move(from, to) {
		pages.splice(to, 0, pages.splice(from, 1)[0]);
		list();
		var buttons = by('pages').children[to].querySelectorAll('button');
		(from < to ? buttons[buttons.length - 2] : buttons[0]).focus();
	}
	function list() {
		var ol = by('pages'), busy = request !== null;
		ol.textContent = '';
		pages.forEach(function (p, i) {
			var li = document.createElement('li'), img = document.createElement('img'), b = document.createElement('b');
			var name = said.page.replace('%d', i + 1);
			img.src = p.url;
			img.alt = '';
			b.textContent = name;
			li.append(img, b);
			if (!busy && !done) {
				if (i > 0) li.append(button(said.earlier, move.bind(null, i, i - 1), name));
				if (i < pages.length - 1) li.append(button(said.later, move.bind(null, i, i + 1), name));
				li.append(button(said.drop, function () {
					URL.revokeObjectURL(p.url);
					pages.splice(i, 1);
					list();
					by('files').focus();
				}, name));
			}
			ol.append(li);
		});
		by('send').hidden = pages.length === 0 || busy || done;
		by('send').textContent = pages.length === 1 ? said.send : said.sendMany.replace('%d', pages.length);
		by('stop').hidden = by('progress').hidden = !busy;
		by('files').disabled = busy || done;
		by('choose').hidden = busy || done;
		if (pages.length > 0) by('choose').textContent = said.more;
	}
	by('files').addEventListener('change', function () {
		tell('');
		Array.prototype.forEach.call(this.files, function (f) {
			if (f.type !== 'image/jpeg' && f.type !== 'image/png') tell(said.type);
			else if (f.size > +said.bytes) tell(said.heavy);
			else if (pages.length >= +said.most) tell(said.many);
			else pages.push({ file: f, url: URL.createObjectURL(f) });
		});
		this.value = '';
		list();
	});

	function post(path, content, told) {
		return new Promise(function (well, ill) {
			request = new XMLHttpRequest();
			request.open('POST', path);
			request.setRequestHeader('Content-Type', 'application/octet-stream');
			request.upload.onprogress = function (e) { if (told && e.lengthComputable) told(e.loaded / e.total); };
			request.onload = function () { request.status === 204 ? well() : ill(request.status); };
			request.onerror = request.ontimeout = function () { ill(0); };
			request.onabort = function () { ill(-1); };
			request.send(seal(code, 'carnet 1 ' + path, content));
		});
	}
	function patiently(path, content, told, tries) { // what is busy is asked again
		return post(path, content, told).catch(function (status) {
			if (status !== 503 || tries <= 0 || stopped) throw status;
			return new Promise(function (well) { setTimeout(well, 1000); }).then(function () {
				return patiently(path, content, told, tries - 1);
			});
		});
	}
	async function send() {
		if (code === '') code = codeOf(by('code').value);
		if (code === '') {
			by('code-row').hidden = false;
			tell(said.codeWrong);
			by('code').focus();
			return;
		}
		stopped = false;
		var id = crypto.getRandomValues(new Uint8Array(16));
		function head(n) {
			var b = new Uint8Array(18);
			b.set(id);
			new DataView(b.buffer).setUint16(16, n);
			return b;
		}
		try {
			var asked = patiently('/hello', new Uint8Array(0), null, 10);
			list();
			by('stop').focus();
			await asked;
			for (var i = 0; i < pages.length; i++) {
				tell(said.sending.replace('%d', i + 1).replace('%d', pages.length));
				var picture = new Uint8Array(await pages[i].file.arrayBuffer()), content = new Uint8Array(18 + picture.length);
				if (stopped) throw -1;
				content.set(head(i));
				content.set(picture, 18);
				await patiently('/picture', content, function (part) { by('progress').value = (i + part) / pages.length; }, 10);
			}
			await patiently('/end', head(pages.length), null, 10);
			done = true;
			tell(said.sent);
		} catch (status) {
			if (status === 403) {
				code = '';
				by('code-row').hidden = false;
			}
			tell({ '-1': '', 403: said.codeWrong, 413: said.heavy, 415: said.type }[status] || (status === -1 ? '' : said.lost));
		}
		request = null;
		by('progress').value = 0;
		list();
	}
	by('send').addEventListener('click', send);
	by('stop').addEventListener('click', function () {
		stopped = true;
		if (request) request.abort();
	});
	list();
})();
