package kafka_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// writeCertificates makes an authority and a certificate of it for loopback:
// server.pem for the brokers, authority.pem for those who trust them, and
// stranger.pem, an authority that has signed nothing here.
func writeCertificates(dir string) (authorityFile string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	authority, authorityKey, err := certificate("authority", nil, nil)
	if err != nil {
		return "", err
	}
	stranger, _, err := certificate("stranger", nil, nil)
	if err != nil {
		return "", err
	}
	server, serverKey, err := certificate("brokers", authority, authorityKey)
	if err != nil {
		return "", err
	}
	key, err := x509.MarshalPKCS8PrivateKey(serverKey)
	if err != nil {
		return "", err
	}
	authorityFile = filepath.Join(dir, "authority.pem")
	for name, data := range map[string][]byte{
		filepath.Join(dir, "server.pem"):   bytes.Join([][]byte{block("PRIVATE KEY", key), block("CERTIFICATE", server.Raw), block("CERTIFICATE", authority.Raw)}, nil),
		authorityFile:                      block("CERTIFICATE", authority.Raw),
		filepath.Join(dir, "stranger.pem"): block("CERTIFICATE", stranger.Raw),
	} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			return "", err
		}
	}
	return authorityFile, nil
}

func block(kind string, data []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data})
}

// certificate makes one that issuer signs; nil: an authority that signs itself.
func certificate(name string, issuer *x509.Certificate, issuerKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, BasicConstraintsValid: true,
	}
	if issuer == nil {
		template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign
		issuer, issuerKey = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, issuer, &key.PublicKey, issuerKey)
	if err != nil {
		return nil, nil, err
	}
	made, err := x509.ParseCertificate(raw)
	return made, key, err
}
