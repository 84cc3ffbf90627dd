Console.WriteLine("mpcgline");
