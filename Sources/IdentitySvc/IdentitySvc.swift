@main enum IdentitySvc { static func main() {} }
