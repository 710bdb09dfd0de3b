package sandbox

// The ready API user and the clients of each face. The user exists for every GSTIN.
const (
	User     = "MOHAR_PRACTICE" // API user name
	Password = "Practice@123"   // its password

	AlankitKey     = "ALPRACTICE00000001" // Ocp-Apim-Subscription-Key
	TaxProID       = "1000000001"         // aspid
	TaxProPassword = "practice"           // the ASP's password
	NICClient      = "practice-client"    // client_id
	NICSecret      = "practice-secret"    // client_secret
)
