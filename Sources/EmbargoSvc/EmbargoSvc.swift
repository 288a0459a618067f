@main enum EmbargoSvc { static func main() {} }
