package scan

import (
	"bytes"
	"crypto/aes"
	stdcipher "crypto/cipher"
	"crypto/md5" // PDF asks for it
	"crypto/rc4" // PDF asks for it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
)

// cipher opens a file that is encrypted but asks nobody for a password: programs lock
// invoices so that they can be read and printed, not changed.
//
// Source: ISO 32000-1:2008, section 7.6; ISO 32000-2:2020, section 7.6.4.
type cipher struct {
	key   []byte
	aes   bool
	whole bool // the key is used as it is, without the number of the object
	plain bool // nothing is encrypted
}

// filler stands for a password, or what it lacks to 32 bytes.
var filler = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

// unlock sets the file's cipher. It returns ErrLocked when a password is needed.
func (f *pdfFile) unlock() error {
	v, ok := f.trailer["Encrypt"]
	if !ok || v == nil {
		return nil
	}
	d := f.dict(v)
	if f.name(d["Filter"]) != "Standard" {
		return ErrLocked
	}
	version, revision := int(f.number(d["V"], 0)), int(f.number(d["R"], 0))
	c := &cipher{}
	length := int(f.number(d["Length"], 40)) / 8
	switch version {
	case 1:
		length = 5
	case 2, 3:
	case 4, 5:
		filter := f.dict(f.dict(d["CF"])[f.name(d["StmF"])])
		switch f.name(filter["CFM"]) {
		case "AESV2", "AESV3":
			c.aes = true
		case "V2":
		default:
			c.plain = true
		}
		length = 16
	default:
		return ErrLocked
	}
	if length < 5 || length > 16 {
		length = 16
	}
	if version == 5 {
		c.whole = true
		c.key = key256(d, f, revision)
	} else {
		c.key = key128(d, f, revision, length)
	}
	if c.key == nil {
		return ErrLocked
	}
	f.read = map[int]any{} // read before the key was known
	if r, ok := v.(ref); ok {
		f.read[r.number] = d // is never encrypted itself
	}
	f.cipher = c
	return nil
}

// key128 is the key of older files under an empty password; nil when that is not it.
func key128(d dict, f *pdfFile, revision, length int) []byte {
	owner, _ := f.resolve(d["O"]).(text)
	user, _ := f.resolve(d["U"]).(text)
	var id text
	if list := f.array(f.trailer["ID"]); len(list) > 0 {
		id, _ = f.resolve(list[0]).(text)
	}
	h := md5.New()
	h.Write(filler)
	h.Write([]byte(owner)[:min(32, len(owner))])
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(int64(f.number(d["P"], 0)))))
	h.Write([]byte(id))
	if open, ok := f.resolve(d["EncryptMetadata"]).(bool); ok && !open && revision >= 4 {
		h.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := h.Sum(nil)
	if revision >= 3 {
		for range 50 {
			sum := md5.Sum(key[:length])
			key = sum[:]
		}
	}
	key = key[:length]
	if !opensUser(key, []byte(id), []byte(user), revision) {
		return nil
	}
	return key
}

// opensUser checks a key by what the file says of the empty password.
func opensUser(key, id, user []byte, revision int) bool {
	if revision < 3 {
		return bytes.Equal(withRC4(key, filler), user)
	}
	sum := md5.Sum(append(bytes.Clone(filler), id...))
	check := withRC4(key, sum[:])
	for i := byte(1); i < 20; i++ {
		other := bytes.Clone(key)
		for j := range other {
			other[j] ^= i
		}
		check = withRC4(other, check)
	}
	return len(user) >= 16 && bytes.Equal(check, user[:16])
}

func withRC4(key, data []byte) []byte {
	c, err := rc4.NewCipher(key)
	if err != nil {
		return nil
	}
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out
}

// key256 is the key of newer files under an empty password; nil when that is not it.
func key256(d dict, f *pdfFile, revision int) []byte {
	user, _ := f.resolve(d["U"]).(text)
	sealed, _ := f.resolve(d["UE"]).(text)
	if len(user) < 48 || len(sealed) < 32 {
		return nil
	}
	hash := func(salt []byte) []byte {
		sum := sha256.Sum256(salt)
		if revision >= 6 {
			return hardened(sum[:])
		}
		return sum[:]
	}
	if !bytes.Equal(hash([]byte(user[32:40])), []byte(user[:32])) {
		return nil
	}
	block, err := aes.NewCipher(hash([]byte(user[40:48])))
	if err != nil {
		return nil
	}
	key := make([]byte, 32)
	stdcipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(key, []byte(sealed[:32]))
	return key
}

// hardened is the hash of an empty password from its first round on.
//
// Source: ISO 32000-2:2020, algorithm 2.B.
func hardened(k []byte) []byte {
	for round := 0; ; round++ {
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		e := bytes.Repeat(k, 64)
		stdcipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		sum := 0
		for _, b := range e[:16] {
			sum += int(b)
		}
		switch sum % 3 {
		case 0:
			h := sha256.Sum256(e)
			k = h[:]
		case 1:
			h := sha512.Sum384(e)
			k = h[:]
		default:
			h := sha512.Sum512(e)
			k = h[:]
		}
		if round >= 63 && int(e[len(e)-1]) <= round-31 {
			return k[:32]
		}
	}
}

// opened is an object with its stream decrypted. Texts stay closed: nothing here reads
// any outside of streams.
func (c *cipher) opened(v any, number int) any {
	s, ok := v.(*stream)
	if !ok || c.plain || s.dict["Type"] == name("XRef") {
		return v
	}
	key := c.key
	if !c.whole {
		key = append(bytes.Clone(key), byte(number), byte(number>>8), byte(number>>16), 0, 0)
		if c.aes {
			key = append(key, "sAlT"...)
		}
		sum := md5.Sum(key)
		key = sum[:min(16, len(c.key)+5)]
	}
	return &stream{s.dict, c.decrypt(key, s.raw), s.number}
}

func (c *cipher) decrypt(key, data []byte) []byte {
	if !c.aes {
		return withRC4(key, data)
	}
	block, err := aes.NewCipher(key)
	if err != nil || len(data) < 32 {
		return nil
	}
	body := bytes.Clone(data[16 : len(data)-len(data)%16])
	stdcipher.NewCBCDecrypter(block, data[:16]).CryptBlocks(body, body)
	if pad := int(body[len(body)-1]); pad >= 1 && pad <= 16 {
		body = body[:len(body)-pad]
	}
	return body
}
